"""Reduce Vega's SVG to one image with one label, without parts that a screen reader would read."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Final

SVG: Final = "http://www.w3.org/2000/svg"
NOISE: Final = ("role", "class", "pointer-events", "font-family", "stroke-miterlimit")
DEFAULTS: Final = (
    ("opacity", "1"),
    ("stroke-width", "1"),
    ("transform", "translate(0,0)"),
    ("stroke-dasharray", "1,0"),
)
LONG_NUMBER: Final = re.compile(r"-?\d+\.\d\d+")

INHERITED: Final = ("fill", "stroke", "stroke-width", "text-anchor")

ET.register_namespace("", SVG)


def slim(svg: str, label: str, *, inherited: Mapping[str, str]) -> str:
    """Return `svg` as one image called `label`: no inner roles, hidden shapes or long digits.

    `inherited` attributes are said once, at the root. The font is left to the page.
    """
    root = ET.fromstring(svg)
    for node in list(root.iter()):
        for child in list(node):
            if _is_invisible(child):
                node.remove(child)
        _quiet(node, inherited)
    for group in root.iter(f"{{{SVG}}}g"):
        _say_once(group)
    _unwrap(root)
    root.attrib.pop("version", None)
    root.attrib.update({"role": "img", "aria-label": label, **inherited})
    return ET.tostring(root, encoding="unicode").replace(" />", "/>")


def _is_invisible(node: ET.Element) -> bool:
    known = node.attrib
    empty_path = node.tag == f"{{{SVG}}}path" and not known.get("d")
    painted = known.get("fill", "none") != "none" or "stroke" in known
    background = known.get("class") == "background" and not painted
    return known.get("display") == "none" or empty_path or background


def _quiet(node: ET.Element, inherited: Mapping[str, str]) -> None:
    for name in list(node.attrib):
        said = (name, node.attrib[name])
        if name in NOISE or name.startswith("aria-") or said in (*DEFAULTS, *inherited.items()):
            del node.attrib[name]
    for name in ("d", "transform"):
        if name in node.attrib:
            node.attrib[name] = LONG_NUMBER.sub(_rounded, node.attrib[name])


def _rounded(found: re.Match[str]) -> str:
    return f"{float(found[0]):.1f}".removesuffix(".0")


def _say_once(group: ET.Element) -> None:
    """Move what all shapes of a group say to the group."""
    for name in INHERITED:
        said = {child.get(name) for child in group}
        if len(group) > 1 and len(said) == 1 and None not in said:
            group.set(name, said.pop() or "")
            for child in group:
                del child.attrib[name]


def _unwrap(node: ET.Element) -> None:
    """Take away groups that hold nothing or say nothing."""
    kept: list[ET.Element] = []
    for child in node:
        _unwrap(child)
        bare = child.tag == f"{{{SVG}}}g" and (not child.attrib or not len(child))
        kept.extend(child if bare else [child])
    node[:] = kept
