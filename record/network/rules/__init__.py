"""What must hold between the declared facts; each rule raises `ConfigError` at the first row that breaks it."""

from collections.abc import Callable

from record.network.declared import Declared
from record.network.rules import keys, limits, names, places, shares, sources

Rule = Callable[[Declared], None]

RULES: tuple[Rule, ...] = (
    names.ids_are_plain,
    names.ids_are_unique,
    places.zones_are_known,
    places.sites_stand_somewhere,
    places.figures_make_sense,
    places.stations_belong,
    places.stations_are_named_for_their_site,
    places.series_are_known,
    places.codes_are_unique,
    shares.shares_name_what_is_declared,
    shares.shares_add_up,
    shares.validity_runs_forward,
    shares.shares_in_force_do_not_overlap,
    shares.plans_make_sense,
    shares.plans_in_force_do_not_overlap,
    sources.sources_speak_for_parties,
    sources.simulated_sources_say_so,
    sources.triggers_fire,
    sources.bounds_are_positive,
    sources.tables_can_be_read,
    sources.stations_of_tables_are_known,
    sources.columns_are_known,
    limits.limits_name_what_is_declared,
    limits.limits_are_in_order,
    limits.limits_are_unique,
    keys.keys_are_of_their_role,
    keys.keys_serve_one_role,
    keys.keys_are_complete,
)


def check(declared: Declared) -> None:
    """Hold every rule against all that is declared; the first breach is raised."""
    for rule in RULES:
        rule(declared)
