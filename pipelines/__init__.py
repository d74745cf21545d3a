"""Everything that touches the world: radio, disk, report, command line."""
