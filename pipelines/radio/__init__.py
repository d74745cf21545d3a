"""The only package that uses Bluetooth: bleak, or bleak over a virtual radio."""
