"""The only package that talks Bluetooth: bleak, or bleak over a virtual radio."""
