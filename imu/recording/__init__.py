"""From samples with clocks of their own to one recording on one uniform grid."""
