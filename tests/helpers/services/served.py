"""A store of made-up runners as the local pages serve it, without a process or a socket."""

import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import numpy as np
from runs.made_weeks import an_analysis, keep
from starlette.testclient import TestClient

from pipelines.serve.app import application, application_of_many
from pipelines.serve.door.address import Address
from pipelines.store.many_sessions.sessions import keep_fresh

PORT = 8321
HERE = f"http://127.0.0.1:{PORT}"
TOKEN = "a-token-for-tests-0"
MOST_LOOKS = 600
PATIENCE_S = 120.0
COMPENSATION_TE = {
    "pelvic_rotation_over_leg_deg": -3.6,
    "pelvic_tilt_after_midstance_deg": 2.4,
    "pelvic_drop_deg": 2.6,
    "shank_internal_rotation_deg": 4.4,
}
"""What a leg that is loaded less does, in degrees: about four typical errors each."""


def a_team(root, *, athletes, changed, runs, since, seed, day_sd=1.0):
    """Keep `runs` of each athlete, every third day; the legs of `changed` compensate from run
    number `since` on. `changed` maps the number of an athlete to 0, the left leg, or 1."""
    rng = np.random.default_rng(seed)
    names = [f"runner-{k:02d}" for k in range(athletes)]
    for k, name in enumerate(names):
        legs = np.eye(2)[changed[k]] if k in changed else np.zeros(2)
        shift = {metric: by * legs for metric, by in COMPENSATION_TE.items()}
        for run in range(runs):
            of_run = an_analysis(rng, shift if run >= since else {}, count=56, day_sd=day_sd)
            keep(root, 3 * run, of_run, athlete=name)
    keep_fresh(root, names)
    return names


def until(asked, wanted):
    """Ask again and again, and return the first answer that is as wanted."""
    end_s = time.monotonic() + PATIENCE_S
    while not wanted(answer := asked()):
        assert time.monotonic() < end_s, answer
        time.sleep(0.01)
    return answer


@contextmanager
def client(root, *, token="", host="127.0.0.1"):
    """Return a client of the pages of a store, as a browser on this machine is one."""
    with ThreadPoolExecutor(1) as executor:
        app = application(root, Address(host, PORT, token), executor=executor)
        with TestClient(app, base_url=HERE, headers={"origin": HERE}) as browser:
            yield browser


@contextmanager
def client_of_many(roots, *, token="", opened=MappingProxyType({})):
    """Return a client of the pages of several stores, each of which may hold up a job for ever."""
    with ThreadPoolExecutor(len(roots)) as executor:
        at = Address("127.0.0.1", PORT, token)
        app = application_of_many(roots, at, opened=opened, executor=executor)
        with TestClient(app, base_url=HERE, headers={"origin": HERE}) as browser:
            yield browser


def peak_mb():
    """Return how much memory this process has taken at most; on Linux."""
    said = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", said)[1]) / 1024


def dies(*_):
    """Be a job that takes its process along."""
    os.kill(os.getpid(), signal.SIGTERM)


def roster(browser):
    """Return the page of all runners once each has been looked at."""
    for _ in range(MOST_LOOKS):
        page = browser.get("/")
        assert page.status_code == 200, page.text
        if "again.js" not in page.text:
            return page.text
        time.sleep(0.05)
    raise AssertionError("the roster was never complete")


def grouped(page):
    """Return the runners of a roster by the title of their group, in order."""
    groups = re.split(r"<h2>", page)[1:]
    return {
        group.partition("<")[0].strip(): re.findall(r'row"><a href="/athletes/([^"]+)"', group)
        for group in groups
    }


def value_of(page, name):
    """Return the value of a hidden field of a form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1].replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&")


ROW = re.compile(
    r'row"><a href="(?P<base>[^"]*)/athletes/(?P<who>[^"]+)">.*?of-store">(?P<store>[^<]*)<',
    re.DOTALL,
)


def rows(page):
    """Return whose rows a roster has, in order: store, runner and where her page is."""
    return sorted((one["store"], one["who"], one["base"]) for one in ROW.finditer(page))
