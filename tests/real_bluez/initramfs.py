"""Make the first file system of the machine: kernel modules, and an init that enters the checkout.

Arguments: folder of the unpacked packages, file to write, library path of bluetoothd, Python.
"""

import gzip
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MODULES = (
    *("virtio_pci", "9pnet_virtio", "9p", "overlay", "bluetooth", "hci_vhci", "uhid"),
    *("af_alg", "algif_hash", "algif_skcipher", "cmac", "ecb", "ecdh_generic"),
)
INIT = """#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc; $b mount -t sysfs sys /sys; $b mount -t devtmpfs dev /dev
for module in /modules/*; do $b insmod $module; done
$b mount -t tmpfs -o size=1g changes /changes; $b mkdir /changes/upper /changes/copied
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,ro,cache=loose host /host
$b mount -t overlay -o lowerdir=/host,upperdir=/changes/upper,workdir=/changes/copied root /guest
for folder in proc sys dev; do $b mount --move /$folder /guest/$folder; done
$b mkdir -p /guest/dev/shm /guest/var/lib/bluetooth
$b mount -t tmpfs shm /guest/dev/shm; $b mount -t tmpfs run /guest/run
$b ifconfig lo up
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp
export PYTHONPATH={checkout}:{checkout}/tests/helpers
$b chroot /guest {python} {checkout}/tests/real_bluez/record.py {root} {libraries}
$b poweroff -f
"""


def modules(root):
    """Return the files of `MODULES` and of what they need, in the order of loading."""
    (folder,) = (root / "lib" / "modules").iterdir()
    busybox = root / "bin" / "busybox"
    subprocess.run([busybox, "depmod", "-b", root, folder.name], check=True)
    needs = {}
    for line in (folder / "modules.dep").read_text(encoding="utf-8").splitlines():
        path, _, others = line.partition(":")
        needs[Path(path).stem.replace("-", "_")] = [path, *others.split()]
    # A module comes after all that its line names; what is built in has no line.
    wanted = [path for name in MODULES for path in reversed(needs.get(name, []))]
    return [folder / path for path in dict.fromkeys(wanted)]


def main(root, target, libraries, python):
    busybox = root / "bin" / "busybox"
    checkout = Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name)
        folders = "bin modules proc sys dev host changes guest"
        for folder in folders.split():
            (tree / folder).mkdir()
        shutil.copy(busybox, tree / "bin" / "busybox")
        for number, path in enumerate(modules(root)):
            shutil.copy(path, tree / "modules" / f"{number:02d}-{path.name}")
        init = tree / "init"
        init.write_text(
            INIT.format(checkout=checkout, root=root, libraries=libraries, python=python),
            encoding="utf-8",
        )
        init.chmod(0o755)
        listed = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
        packed = subprocess.run(
            [busybox, "cpio", "-o", "-H", "newc"],
            input=listed.encode(),
            cwd=tree,
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
    target.write_bytes(gzip.compress(packed, 1))


main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4])
