"""Plots of the fusion benchmark as plain SVG, readable in light and dark, without any library."""

from __future__ import annotations

import math
from bisect import bisect
from collections import defaultdict
from pathlib import Path
from statistics import mean

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
COLOURS = {
    "waarborg": "#0b6e4f", "reference": "#7a7a7a", "splink evidence": "#b5541c", "splink plain": "#e0a458",
    "components": "#3d5a98", "meltt rules": "#8e4585", "st-dbscan": "#8aa1c9",
}  # fmt: skip
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 360, 92, 36, 150, 48

_BANDS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99)
"""Where the benchmark parts one band of stated chances from the next."""


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{words}</text>'


def _page(title: str, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{title}</title>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'
        + _text(_LEFT, 20, title, 'font-weight="bold" font-size="14"')
        + "".join(parts)
        + "</svg>\n"
    )


def _across(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _up(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _line(x: float, y: float, u: float, v: float, stroke: str, more: str = "") -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{u:.1f}" y2="{v:.1f}" stroke="{stroke}" {more}/>'


def _rung(share: float, words: str) -> str:
    y = _up(share)
    return _line(_across(0), y, _across(1), y, "#dddddd") + _text(
        _LEFT - 6, y + 4, words, 'text-anchor="end"'
    )


def _legend(names: list[str], colours: dict[str, str]) -> list[str]:
    parts = []
    for at, name in enumerate(names):
        y = _TOP + 12 + 20 * at
        parts.append(
            f'<rect x="{_WIDTH - _RIGHT + 12}" y="{y - 9}" width="12" height="12" fill="{colours[name]}"/>'
        )
        parts.append(_text(_WIDTH - _RIGHT + 30, y + 1, name))
    return parts


def _quality(runs: list[dict]) -> str:
    held: dict[tuple[str, str], list[float]] = defaultdict(list)
    for run in runs:
        name = run["profile"] + (", 5 % repeats" if run["repeats"] else "")
        held[name, run["method"]].append(run["f1"])
    profiles = list(dict.fromkeys(name for name, _ in held))
    methods = [method for method in COLOURS if any(m == method for _, m in held)]
    parts = [_rung(tenth / 10, f"{tenth / 10:.1f}") for tenth in range(0, 10, 2)]
    step = 1.0 / len(profiles)
    wide = step * 0.84 / len(methods)
    for at, profile in enumerate(profiles):
        parts.append(
            _text(
                _across((at + 0.5) * step), _HEIGHT - _BOTTOM + 18, profile, 'text-anchor="middle"'
            )
        )
        for place, method in enumerate(methods):
            values = held.get((profile, method))
            if values:
                x, y = _across(at * step + step * 0.08 + place * wide), _up(mean(values))
                width = _across(wide) - _across(0) - 1
                parts.append(
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{_up(0) - y:.1f}" '
                    f'fill="{COLOURS[method]}"><title>{method}: {mean(values):.3f}</title></rect>'
                )
    return _page(
        "Pairwise F1, generated reports, mean of three seeds", parts + _legend(methods, COLOURS)
    )


def _speed(runs: list[dict], what: str, title: str) -> str:
    points: dict[str, list[tuple[int, float]]] = defaultdict(list)
    floor = None
    for run in runs:
        if run["method"] == "floor":
            floor = run["reports_s"]
        elif "steps" in run:
            value = run["rows"] / run["steps"]["all"] if what == "reports/s" else run["peak_mb"]
            points[run["method"]].append((run["rows"], value))
    values = [value for line in points.values() for _, value in line]
    sizes = sorted({rows for line in points.values() for rows, _ in line})
    values += [floor] if floor and what == "reports/s" else []
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    left, right = math.log10(sizes[0]), math.log10(max(sizes[-1], sizes[0] * 10))

    def at(rows: float, value: float) -> tuple[float, float]:
        return _across((math.log10(rows) - left) / (right - left)), _up(
            (math.log10(value) - low) / (high - low)
        )

    parts = [
        _rung((power - low) / (high - low), f"{10**power:,}") for power in range(low, high + 1)
    ]
    parts += [
        _text(at(rows, 10**low)[0], _HEIGHT - _BOTTOM + 18, f"{rows:,}", 'text-anchor="middle"')
        for rows in sizes
    ]
    parts.append(_text(_across(0.5), _HEIGHT - 8, "reports in the archive", 'text-anchor="middle"'))
    if floor and what == "reports/s":
        y = at(sizes[0], floor)[1]
        parts.append(_line(_across(0), y, _across(1), y, "#444444", 'stroke-dasharray="5 4"'))
        parts.append(_text(_across(1) - 6, y - 6, "memory floor", 'text-anchor="end"'))
    methods = [method for method in COLOURS if method in points]
    for method in methods:
        line = sorted(points[method])
        path = " ".join("{:.1f},{:.1f}".format(*at(*point)) for point in line)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{COLOURS[method]}" stroke-width="2"/>'
        )
        for point in line:
            x, y = at(*point)
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[method]}">'
                f"<title>{method}, {point[0]:,} reports: {point[1]:,.0f}</title></circle>"
            )
    return _page(title, parts + _legend(methods, COLOURS))


Curve = list[tuple[float, float, float]]
"""By band of what was stated: its mean, the share that was right, and how many."""


def _reliability(
    title: str, axis: str, unit: str, curves: dict[str, Curve], colours: dict[str, str]
) -> str:
    """What was stated against what was right; on the broken line both are equal."""
    low = 0.2

    def at(stated: float, right: float) -> tuple[float, float]:
        return _across((stated - low) / (1 - low)), _up((right - low) / (1 - low))

    parts = [_rung((tenth / 10 - low) / (1 - low), f"{tenth / 10:.1f}") for tenth in range(2, 11)]
    parts += [
        _text(
            at(tenth / 10, low)[0],
            _HEIGHT - _BOTTOM + 18,
            f"{tenth / 10:.1f}",
            'text-anchor="middle"',
        )
        for tenth in range(2, 11)
    ]
    parts.append(_line(*at(low, low), *at(1, 1), "#444444", 'stroke-dasharray="5 4"'))
    parts.append(_text(_across(0.5), _HEIGHT - 8, axis, 'text-anchor="middle"'))
    for name, curve in curves.items():
        line = [point for point in curve if point[0] >= low and point[1] >= low]
        path = " ".join("{:.1f},{:.1f}".format(*at(s, r)) for s, r, _ in line)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colours[name]}" stroke-width="2"/>'
        )
        for stated, right, n in line:
            x, y = at(stated, right)
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colours[name]}">'
                f"<title>{name}: stated {stated:.2f}, right {right:.2f}, {n:,.0f} {unit}</title></circle>"
            )
    return _page(title, parts + _legend(list(curves), colours))


def _calibration(runs: list[dict]) -> str:
    colours = {"sparse": "#8aa1c9", "mixed": "#0b6e4f", "dense": "#b5541c", "barrage": "#8e4585"}
    held: dict[str, dict[int, Curve]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        if run["method"] == "waarborg" and not run["repeats"]:
            for stated, right, n in run["calibration"]:
                held[run["profile"]][bisect(_BANDS, stated)].append((stated, right, n))
    curves: dict[str, Curve] = {}
    for profile, bands in held.items():
        curves[profile] = []
        for _, values in sorted(bands.items()):
            total = sum(n for _, _, n in values)
            stated, right = (sum(v[at] * v[2] for v in values) / total for at in (0, 1))
            curves[profile].append((stated, right, total))
    return _reliability(
        "Calibration: stated, and how often it was right",
        "stated chance that an incident is one event",
        "incidents",
        curves,
        colours,
    )


def stated_chances(curves: dict[str, Curve]) -> None:
    """Write the plot of the chances stated of web reports."""
    page = _reliability(
        "Web reports: stated, and how often it was right",
        "stated chance that a report is where it belongs",
        "reports",
        curves,
        dict(zip(curves, ("#0b6e4f", "#b5541c"), strict=True)),
    )
    (FOLDER / "fusion-web-calibration.svg").write_text(page, encoding="utf-8")


def draw(runs: list[dict]) -> None:
    """Write the plots for which there are runs."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    quality = [run for run in runs if run.get("part") == "quality"]
    speed = [run for run in runs if run.get("part") == "speed"]
    pages = {}
    if quality:
        pages["fusion-f1.svg"] = _quality(quality)
        pages["fusion-calibration.svg"] = _calibration(quality)
    if speed:
        pages["fusion-speed.svg"] = _speed(
            speed, "reports/s", "Reports a second, mixed profile, two cores"
        )
        pages["fusion-memory.svg"] = _speed(
            speed, "MB", "Peak memory in MB, mixed profile, generator included"
        )
    for name, page in pages.items():
        (FOLDER / name).write_text(page, encoding="utf-8")
        print(FOLDER / name)
