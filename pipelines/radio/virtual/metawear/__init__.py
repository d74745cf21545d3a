"""A virtual MetaWear pod, written from what is published of its protocol."""
