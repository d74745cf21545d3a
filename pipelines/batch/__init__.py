"""Many sessions at once: by processes of this machine or a cluster, on a disk or on S3.

Each session is a job by itself. A job that was done by this edition is skipped, a worker that is
killed costs no session, and a batch that is stopped goes on when it is asked again.
"""
