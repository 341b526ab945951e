"""Three solvers, one answer: the smallest number of failures that leaves a breach unanswered."""

from hypothesis import HealthCheck, given, settings
from ortools.sat.python import cp_model
from pysat.card import CardEnc, EncType
from pysat.formula import IDPool
from pysat.solvers import Cadical153
from small_texts import is_met, one_a_situation, situation, texts

from small_agreements import asked
from waarborg.coverage.cuts import cuts
from waarborg.coverage.prover import Prover

FEW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def situations(prover):
    """What each promise says in each state of council and evidence, for each answered breach, once."""
    return [
        dict(zip((p.id for p in prover.agreement.guarantees), situation(prover, row), strict=True))
        for row in one_a_situation(prover)
        if is_met(prover, row)
    ]


def stops(promise):
    """The failures that stop a promise by themselves."""
    names = [f"guarantor {promise.by}", f"backstop {promise.id}"]
    return [*names, *(f"approval {gate}" for gate in promise.gates)]


def by_cp_sat(prover, truths):
    """The fewest failures that leave one situation unanswered, by CP-SAT; None if none do."""
    model = cp_model.CpModel()
    out = {e.name: model.new_bool_var(e.name) for e in prover.elements}
    zero = model.new_constant(0)
    silent, blind = out.get("body council", zero), out.get("evidence attribution", zero)
    promises = prover.agreement.guarantees
    now = {p.id: zero for p in promises}
    for turn in range(len(promises)):
        then = {}
        for p in promises:
            stands = model.new_bool_var(f"{p.id}.{turn}")
            # A promise stands unless something stops it; each way to be stopped may be the reason.
            reasons = [out[n] for n in stops(p) if n in out]
            for index, truth in enumerate(truths[p.id]):
                if not truth:
                    here = model.new_bool_var(f"{p.id}.{turn}.{index}")
                    model.add_bool_and(
                        silent if index % 2 else silent.Not(), blind if index > 1 else blind.Not()
                    ).only_enforce_if(here)
                    reasons.append(here)
            for item in p.reliance:
                alone = model.new_bool_var(f"{p.id}.{turn} alone")
                for other in item:
                    model.add_implication(alone, now[other].Not())
                reasons.append(alone)
            model.add_bool_or([stands, *reasons])
            then[p.id] = stands
        now = then
    for p in prover.answering:
        model.add(now[p.id] == 0)
    model.minimize(sum(out.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    answer = solver.solve(model)
    return int(solver.objective_value) if answer == cp_model.OPTIMAL else None


def by_sat(prover, truths):
    """The same by a SAT solver with a counter: the least bound that can be met."""
    pool, clauses = IDPool(), []
    out = {e.name: pool.id(e.name) for e in prover.elements}
    never = pool.id("never")
    clauses.append([-never])
    silent, blind = out.get("body council", never), out.get("evidence attribution", never)
    promises = prover.agreement.guarantees
    now = {p.id: never for p in promises}
    for turn in range(len(promises)):
        then = {}
        for p in promises:
            stands = pool.id((p.id, turn))
            reasons = [out[n] for n in stops(p) if n in out]
            for index, truth in enumerate(truths[p.id]):
                if not truth:
                    here = pool.id((p.id, turn, index))
                    clauses.append([-here, silent if index % 2 else -silent])
                    clauses.append([-here, blind if index > 1 else -blind])
                    reasons.append(here)
            for number, item in enumerate(p.reliance):
                alone = pool.id((p.id, turn, "alone", number))
                clauses += [[-alone, -now[other]] for other in item]
                reasons.append(alone)
            clauses.append([stands, *reasons])
            then[p.id] = stands
        now = then
    clauses += [[-now[p.id]] for p in prover.answering]
    for bound in range(len(out) + 1):
        counter = CardEnc.atmost(list(out.values()), bound, vpool=pool, encoding=EncType.seqcounter)
        with Cadical153(bootstrap_with=[*clauses, *counter.clauses]) as solver:
            if solver.solve():
                return bound
    return None


@given(texts())
@FEW
def test_three_solvers_agree_on_the_smallest_cut(text):
    """z3, CP-SAT and SAT give the same smallest number of failures, or none at all."""
    prover = Prover(text, None, asked())
    found = situations(prover)
    told = cuts(prover, order=len(prover.elements) or 1)
    ours = min((cut.size for cut in told.cuts), default=None)
    for other in (by_cp_sat, by_sat):
        sizes = [size for one in found if (size := other(prover, one)) is not None]
        assert min(sizes, default=None) == ours
