"""The conditions of an agreement for other tools: CQL2 for map servers, SQL for databases."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from waarborg.agreement.condition import Node, conjunction, member_of
from waarborg.agreement.cql2 import to_cql2, to_portable_cql2, to_text
from waarborg.agreement.model import Agreement
from waarborg.agreement.sql_reading import Dialect, to_sql
from waarborg.agreement.zones import Zones


class Form(StrEnum):
    """How conditions are written."""

    CQL2_JSON = "cql2-json"
    """CQL2-JSON with the file's own functions, which reads back into a file."""
    PORTABLE = "cql2-portable"
    """CQL2-JSON that any OGC API server can run: geometries and moments instead of names."""
    CQL2_TEXT = "cql2-text"
    """CQL2 text with the file's own functions."""
    DUCKDB = "duckdb"
    """SQL for DuckDB, over one column a property and one a settled question."""
    POSTGRESQL = "postgresql"
    """The same for PostgreSQL."""
    SPARK = "spark"
    """The same for Spark."""


def conditions_of(agreement: Agreement) -> dict[str, Node]:
    """Every condition of an agreement by kind and name, as "prohibition:cease"."""
    found: dict[str, Node] = {f"term:{name}": term.reads for name, term in agreement.terms.items()}
    found |= {f"threshold:{name}": each.of for name, each in agreement.thresholds.items()}
    for rule in agreement.prohibitions:
        found[f"prohibition:{rule.id}"] = conjunction((member_of("actor", rule.who), rule.must_not))
        for number, exception in enumerate(rule.exceptions, start=1):
            if exception.reads is not None:
                found[f"exception:{rule.id}:{number}"] = exception.reads
    found |= {f"guarantee:{each.group}": each.trigger for each in agreement.guarantees}
    return found | {f"procedure:{name}": p.trigger for name, p in agreement.procedures.items()}


def exported(agreement: Agreement, form: Form, zones: Zones | None = None) -> dict[str, Any]:
    """Every condition written for another tool; what it has no words for says so.

    Args:
        agreement: The agreement, under the reading that is to apply.
        form: How conditions are written.
        zones: The map, for the portable form.

    Returns:
        Kind and name to the condition, or to {"refused": why} where the form cannot say it.
    """
    return {
        name: _one(node, form, agreement, zones) for name, node in conditions_of(agreement).items()
    }


def _one(node: Node, form: Form, agreement: Agreement, zones: Zones | None) -> Any:
    try:
        match form:
            case Form.CQL2_JSON:
                return to_cql2(node)
            case Form.CQL2_TEXT:
                return to_text(node)
            case Form.PORTABLE:
                return to_portable_cql2(node, zones or Zones({}), agreement.periods)
            case _:
                return to_sql(node, Dialect(form.value))
    except KeyError as error:
        return {"refused": f"the map has no zone {error.args[0]}"}
    except ValueError as error:
        return {"refused": str(error)}
