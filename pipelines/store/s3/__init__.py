"""A store on S3, or on any service that speaks its protocol."""
