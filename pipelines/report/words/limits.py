"""What a comparison of this kind can and cannot show."""

from typing import Final

CAN: Final = (
    "Tell whether you ran as you usually do at this pace.",
    "Say how sure that is: seen once, or firm.",
    "Leave out what a slipped or clipped pod would make up.",
    "See a small change over weeks.",
)
CANNOT: Final = (
    "See a small change in one run.",
    "Say why something changed, or whether that is good for you.",
    "Tell who gets hurt: hardly any measure of how people run does (Peterson 2022).",
    "See thigh or foot: no pod is there, so hip and knee stay one.",
)
LIMITS: Final = (
    "A usual range holds 19 of 20 runs of a runner who has not changed. All primary measures and "
    "both sides are tested together. With nothing changed at all, one report in 20 to 35 still "
    "names something as seen once, and one in 200 or fewer as firm (made-up runners). That is why "
    "a change should be seen in two runs in a row.",
    "A small change of one measure often stays unseen in a single run; over weeks it shows.",
    "Anterior pelvic tilt of both legs alike is what a belt that sits otherwise changes too. It is "
    "named only if it lasts, or differs between the legs.",
    "Until there are many runs of your own, part of each range comes from what is known of other "
    "runners' differences between sessions.",
    "How people run hardly tells who gets hurt: pooled over 30 studies that followed 3404 runners, "
    "almost no measure of motion or force separated those hurt later from the others (Peterson "
    "2022, Sports Medicine - Open 8:38). A change here is a change in how you run, no more.",
    "That turning the pelvis over the leg is the better way to load it is the hypothesis this "
    "program was made to test. No study is known that follows or compares runners by it.",
    "There is no pod on the thigh, and none knows where the foot is. Where the pelvis is over the "
    "foot is told from the lean of the shin, about 1 cm a degree.",
    "Pelvis and shank pods cannot distinguish rotation in the hip from rotation in the knee; the "
    "rotation of the shank is measured against the ground.",
    "Vertical force is estimated from the movement of the pelvis. The first impact peak, the "
    "loading rate, braking and propulsion cannot be estimated that way, so they are not shown.",
    "The bands of the curves are made for each point separately, so most runs leave a band "
    "somewhere along the curve. They are an illustration, not a test.",
    "Nobody is symmetrical. A difference between left and right is compared with your own "
    "usual difference only.",
    "midstance describes how you ran. It says neither why nor whether it is good for you; with "
    "pain, see somebody who can examine you.",
)
