"""What is known of a metric: how well it is measured, and how surely it matters.

Two tags that must not be mixed: a number can be measured to a tenth of a degree and mean nothing
for anybody's health, and the other way round. What several metrics share stands here once.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Measured = Literal["proven on people", "proven elsewhere", "virtual runner only"]
"""By this program against force plates or optics, by others with such sensors, or against the
exact truth of made-up people alone."""
Matters = Literal[
    "prospective studies agree",
    "mixed",
    "prospective studies found none",
    "cross-sectional only",
    "no study known",
]
"""For injuries in runners. Prospective: measured first, followed, hurt later or not. Agree: two
cohorts or more point the same way. Cross-sectional: nobody was followed."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How well something is measured, and the source of that."""

    tag: Measured
    source: str

    def __post_init__(self) -> None:
        if self.tag not in get_args(Measured):
            raise ValueError(f"{self.tag!r} is none of {', '.join(get_args(Measured))}")


@dataclass(frozen=True, slots=True)
class Meaning:
    """How surely something matters, and the studies behind that."""

    tag: Matters
    source: str

    def __post_init__(self) -> None:
        if self.tag not in get_args(Matters):
            raise ValueError(f"{self.tag!r} is none of {', '.join(get_args(Matters))}")


VIRTUAL: Final = Proof("virtual runner only", "docs/validity.md: made-up people, exact truth")
PELVIS_ANGLES: Final = Proof(
    "proven elsewhere",
    "docs/validity.md: made-up people. A sacral IMU against optics in running: bias 0.3° (Asgari & "
    "Heller 2025, Sensors 25:315); sprinting, obliquity 3 to 4° off (Lin 2023, Sensors 23:9599)",
)
SHANK_ROTATION: Final = Proof(
    "virtual runner only",
    "docs/validity.md: made-up people; no accuracy of rotation under skin in running is known",
)
SHANK_LEAN: Final = Proof(
    "virtual runner only",
    "docs/validity.md: made-up people; no study of this angle from an IMU in running was found",
)
TIBIAL_PEAK: Final = Proof(
    "proven elsewhere",
    "Sheerin 2018, doi 10.1080/14763141.2017.1371214 (repeats); the peak of the bone is not known, "
    "and 5 cm of placement move it by up to 2.5 g (Kiernan 2024, Sensors 24:656)",
)
EVENTS: Final = Proof(
    "proven on people",
    "docs/validity.md: force plates of Bach 2022 and Alcantara 2022 (two women, one man)",
)
STEPS: Final = Proof(
    "proven elsewhere", "Zeng 2022, PMC9237201: IMUs in running, pooled ICC .93; docs/validity.md"
)
SPEED: Final = Proof(
    "virtual runner only",
    "docs/validity.md: made-up people, and the averaged stride of one man (Dorschky 2019)",
)
FORCE: Final = Proof(
    "proven on people", "docs/validity.md: force treadmill, one man (Alcantara 2022)"
)
OSCILLATION: Final = Proof(
    "proven elsewhere", "Asgari & Heller 2025, Sensors 25:315 (sacral displacement, bias 2 mm)"
)

DROP: Final = Meaning(
    "cross-sectional only",
    "1° more in 72 injured runners (Bramah 2018, Am J Sports Med 46:3023); no more in women with "
    "past ITBS (Foch & Milner 2014, J Appl Biomech 30:58)",
)
DROP_RATE: Final = Meaning(
    "mixed",
    "no study of it; hip adduction was slower, not faster, in those hurt later (two studies, "
    "Peterson 2022, Sports Med Open 8:38), the modelled strain of the band faster (Hamill 2008, "
    "Clin Biomech 23:1018): no direction is known to be good",
)
TILT: Final = Meaning(
    "mixed",
    "more forward in 15 men with ITBS than in 15 without, seen after it had begun (ISBS 2018 "
    "36(1):143); cause or consequence is open",
)
ROTATION: Final = Meaning(
    "no study known",
    "none that follows or compares runners by it; that turning over the leg is the better way to "
    "load is the hypothesis of midstance",
)
TIBIA: Final = Meaning(
    "mixed",
    "of the knee, not of the shank in space: more in women who later had ITBS, one study "
    "(Aderem & Louw 2015, BMC Musculoskelet Disord 16:356); no difference in later reviews",
)
TIBIA_RATE: Final = Meaning(
    "no study known",
    "by analogy only: the modelled strain of the band was faster in women who later had ITBS "
    "(Hamill 2008, Clin Biomech 23:1018)",
)
LEAN: Final = Meaning(
    "no study known",
    "narrower steps strain the modelled band more (Meardon 2012, Sports Biomech 11:464, 15 healthy "
    "runners); the lean of the shank itself was not studied",
)
ADDUCTION: Final = Meaning(
    "mixed",
    "more in women who later had ITBS, one study (Aderem & Louw 2015); less in women with past "
    "ITBS (Foch 2020, Gait Posture 77:64); no difference pooled (Foch 2023)",
)
OVERSTRIDE: Final = Meaning(
    "cross-sectional only",
    "indirect: runners with injuries land with a straighter knee (Bramah 2018)",
)
IMPACT: Final = Meaning(
    "mixed",
    "not among what counted in 258 runners followed for a year (Burke 2023, Sports Med Open 9); it "
    "is not the load on the bone (Matijevich 2019, PLoS One e0210000)",
)
PEAK_FORCE: Final = Meaning(
    "mixed",
    "went with bone stress injury in 54 runners, but not beside step rate (Kliethermes 2021, "
    "Br J Sports Med 55:851); no pooled difference in tibial stress fracture (Milner 2022)",
)
OSCILLATES: Final = Meaning(
    "mixed",
    "went with bone stress injury in 54 runners, but not beside step rate (Kliethermes 2021)",
)
CONTACT: Final = Meaning(
    "mixed",
    "two cohorts point opposite ways: shorter in 848 recreational runners hurt later (Malisoux "
    "2022), longest in 171 soldiers (2023, doi 10.1080/14763141.2023.2208568)",
)
CADENCE: Final = Meaning(
    "prospective studies agree",
    "of injuries of shin and bone, not of ITBS: fewer steps came before them (Luedke 2016, "
    "Med Sci Sports Exerc 48:1244; Kliethermes 2021)",
)
STIFFNESS: Final = Meaning(
    "prospective studies found none",
    "leg stiffness did not tell who was hurt later (Davis & Gruber 2021, Orthop J Sports Med 9(5))",
)
DESCRIBES: Final = Meaning("no study known", "it describes how somebody runs")
