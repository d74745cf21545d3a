"""Everything with input and output: radio, disk, report, command line."""
