"""Who rests on whom: chances of a common origin, and the witnesses that are left."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, permutations

import pytest

from account_made import DAY, incident, report
from waarborg.incidents.account import account, witnesses
from waarborg.incidents.copying import Shown, Teller, independent, read_copying
from waarborg.incidents.origins import one_wording, shown
from waarborg.incidents.words import tokens
from waarborg.store.fusion_models import copying_table, outlet_table

TABLE = copying_table()


def tellers(*days: int) -> list[Teller]:
    """Outlets a, b, c and so on that tell from these days on."""
    return [Teller("abcdefghijkl"[at], DAY.start + timedelta(day)) for at, day in enumerate(days)]


def alike(held: list[Teller], chance: float) -> dict[tuple[str, str], float]:
    """The same chance of a common origin for each two."""
    names = [teller.source for teller in held]
    return {(one, other): chance for one in names for other in names if one < other}


def told_out(held: list[Teller], shared: dict[tuple[str, str], float]) -> tuple[float, float]:
    """The mean number and the chance of two or more, over every order written out."""
    orders = [
        order
        for order in permutations(held)
        if all(one.first <= other.first for one, other in pairwise(order))
    ]
    mean = two = somebody = 0.0
    for order in orders:
        numbers = [1.0] + [0.0] * len(order)
        for at, teller in enumerate(order):
            own = teller.weight
            for other in order[:at]:
                pair = min(teller.source, other.source), max(teller.source, other.source)
                own *= 1.0 - shared[pair] * other.weight
            numbers = [
                (numbers[n] * (1.0 - own)) + (numbers[n - 1] * own if n else 0.0)
                for n in range(len(numbers))
            ]
        mean += sum(n * chance for n, chance in enumerate(numbers)) / len(orders)
        two += sum(numbers[2:]) / len(orders)
        somebody += sum(numbers[1:]) / len(orders)
    return mean / somebody, two / somebody


@pytest.mark.parametrize("seed", range(6))
def test_the_number_is_that_of_every_order_of_telling_written_out(seed):
    """The closed form equals the mean over all orders that the days leave open."""
    dice = random.Random(seed)  # noqa: S311  # a test's numbers
    held = [
        replace(teller, weight=dice.choice((1.0, 0.9)))
        for teller in tellers(*(dice.choice((0, 0, 1)) for _ in range(5)))
    ]
    shared = {pair: dice.random() for pair in alike(held, 0.0)}
    mean, two = told_out(held, shared)
    found = independent(held, shared)

    assert found.expected == pytest.approx(mean, abs=6e-4)
    assert found.two_or_more == pytest.approx(two, abs=6e-4)
    assert independent(dice.sample(held, 5), shared) == found


def test_who_certainly_repeats_is_no_witness_and_who_certainly_does_not_is_one():
    """With chances of none and of one the number is a count."""
    held = tellers(0, 0, 0)

    assert independent(held, alike(held, 0.0)).expected == 3.0
    assert independent(held, alike(held, 1.0)).expected == 1.0
    assert independent(held, alike(held, 1.0)).two_or_more == 0.0
    assert independent([replace(held[0], weight=0.9)], {}).expected == 1.0


def test_nobody_rests_on_a_report_of_a_later_day():
    """A copier who comes first is a witness; only whoever comes after can have copied."""
    shared = {("a", "b"): 0.9, ("a", "c"): 0.9, ("b", "c"): 0.0}

    assert independent(tellers(1, 0, 0), shared).expected == pytest.approx(2.01)
    assert independent(tellers(0, 1, 1), shared).expected == pytest.approx(1.2)


def test_many_outlets_are_counted_as_few_are():
    """Beyond eight outlets the spread is told one by one; mean and bounds hold."""
    held = tellers(*(0 for _ in range(12)))
    found = independent(held, alike(held, 0.2))

    assert found.expected == pytest.approx(12 * (1 - 0.8**12) / (12 * 0.2), abs=1e-3)
    assert 1 <= found.low <= found.expected <= found.high <= 12


def test_what_headlines_show_moves_the_chance():
    """One authority named by both says most, different authorities say the contrary."""
    order = (Shown.ORIGIN, Shown.WORDING, Shown.UNREAD, Shown.NOTHING, Shown.DIFFERENT)
    chances = [TABLE.chance("unian", "espreso", sign) for sign in order]

    assert chances == sorted(chances, reverse=True)
    assert chances[0] == pytest.approx(0.97, abs=0.02)
    assert chances[-1] == pytest.approx(0.13, abs=0.03)
    assert TABLE.chance("espreso", "unian", Shown.ORIGIN) == chances[0]


def test_outlets_of_which_nothing_is_known_take_the_usual_chance():
    """A new outlet is neither trusted nor distrusted more than the others."""
    assert TABLE.chance("nobody", "someone", Shown.UNREAD) == pytest.approx(TABLE.usual)


def test_the_shipped_table_says_what_it_was_learnt_from_and_stays_within_it():
    """Each tie lies between its bounds, and no more signs were seen than events."""
    assert "VIINA" in TABLE.provenance
    assert len(TABLE.ties) == 15
    for (one, other), tie in TABLE.ties.items():
        assert one < other
        assert 0.0 < tie.low <= tie.shared <= tie.high < 1.0
        assert 0 <= tie.shown <= tie.events
        assert tie.before + tie.after <= tie.events


def test_a_table_with_other_signs_is_refused():
    """A table of another version does not count half-read."""
    text = {"version": "copying-0", "times": {"named": 1.0, "smell": 2.0}}
    with pytest.raises(ValueError, match=r"table copying-0: signs do not fit, see .*smell"):
        read_copying(json.dumps(text))


def test_an_unknown_table_names_those_that_ship():
    """A misspelt table is told what there is."""
    with pytest.raises(FileNotFoundError, match="no table 'nosuch'; shipped are copying-2026-1"):
        copying_table("nosuch")


SIX = [
    report("a", "liga", "droni sbu vrazili naftostanciyu samara"),
    report("b", "nv", "sbu porazila neftestantsiyu samara"),
    report("c", "espreso", "viyna sbu urazila naftoperekachuvalnu stanciyu samara"),
    report("d", "unian", "sbu vdarila po stanciji samara dzherela"),
    report("e", "militarnyy", "sbu urazyla stancziyu v samari"),
    report("f", "pravdaua", "droni sbu diystali do samari"),
]


def test_one_report_in_six_papers_is_little_more_than_one_witness():
    """Six papers that name the security service are not six witnesses; at least one stays."""
    found = account(incident("inc-1", *SIX), {r.id: r for r in SIX}, TABLE, outlet_table())

    assert found.independent.expected == pytest.approx(1.0, abs=0.1)
    assert found.independent.two_or_more == pytest.approx(0.0, abs=0.1)
    assert (found.least, found.most, found.copying) == (1, 6, TABLE.version)
    assert {each.shown for each in found.together} == {Shown.ORIGIN}


def test_papers_whose_headlines_show_nothing_are_fewer_witnesses_than_papers():
    """The hard count takes them for independent; the chance does not hide that they may not be."""
    held = [
        report("a", "unian", "vibuh u kvartali"),
        report("b", "espreso", "dron vluchiv u budinok"),
        report("c", "interfaxua", ""),
    ]
    found = account(incident("inc-1", *held), {r.id: r for r in held}, TABLE, outlet_table())

    assert (found.least, found.most) == (2, 3)
    assert found.independent.expected == pytest.approx(2.3, abs=0.3)
    assert [each.shown for each in found.together] == [Shown.UNREAD, Shown.NOTHING, Shown.UNREAD]


def test_an_incident_of_round_ups_has_nobody_to_count():
    """Where nobody is a witness the number is not known, not nought."""
    held = [report("a", "liga", "udary po odesse 28 punktov plana live")]

    assert (
        account(incident("inc-1", *held), {"a": held[0]}, TABLE, outlet_table()).independent is None
    )


def test_signs_between_headlines_are_the_same_both_ways():
    """Whoever is asked first changes nothing."""
    held = [*SIX, report("g", "nv", ""), report("h", "nv", "u samari gorit pishe liga zavod")]
    for one in held:
        for other in held:
            assert shown(one, other) is shown(other, one)
    assert shown(held[0], held[7]) is Shown.ORIGIN or shown(held[0], held[7]) is Shown.NAMED


def test_names_of_authorities_are_no_wording():
    """What two outlets have in common beside the authority that both name is what counts."""
    assert one_wording("droni vrazili naftovu stanciyu", "droni vrazili naftovu stanciyu vnochi")
    assert not one_wording("sbu genshtab gur zelensk", "sbu genshtab gur zelensk budanov")


def test_what_says_the_same_in_other_words_is_no_common_wording():
    """The glossary makes a shelter, a dog and the wounded one sign in both languages; two pens wrote it all the same."""
    one = report("a", "pravdaua", "rf atakuvala pritulok iz sobakami na zaporizhzhi ye poraneni")
    other = report(
        "b", "liga", "rossiya udarila po sobachemu priyutu v zaporozhe est postradavshie"
    )  # fmt: skip
    shared = set(tokens(one.headline)) & set(tokens(other.headline))

    assert len(shared) >= 0.6 * len(set(tokens(one.headline)) | set(tokens(other.headline)))
    assert not one_wording(one.headline, other.headline)
    assert len(witnesses([one, other])) == 2
