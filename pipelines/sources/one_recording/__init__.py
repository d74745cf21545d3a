"""Pods of one recording from named arrays: sensor by sensor, pod by pod, and on one clock."""
