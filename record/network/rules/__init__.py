"""What must hold between the declared facts; each rule raises `ConfigError` at the first row that breaks it."""

from collections.abc import Callable

from record.network.declared import Declared
from record.network.rules import channels, keys, limits, names, obligations, places, shares, sources

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
    shares.parts_of_plans_make_sense,
    shares.plans_in_force_do_not_overlap,
    sources.sources_speak_for_parties,
    sources.simulated_sources_say_so,
    sources.triggers_fire,
    sources.bounds_are_positive,
    sources.folders_are_read_by_one,
    sources.tables_can_be_read,
    sources.names_stand_for_stations,
    sources.times_of_tables_can_be_read,
    sources.columns_are_known,
    sources.paths_can_be_followed,
    channels.channels_are_known,
    channels.channels_are_told_apart,
    channels.formats_have_what_they_need,
    channels.encodings_exist,
    channels.secrets_are_named,
    channels.patterns_can_be_matched,
    limits.limits_name_what_is_declared,
    limits.limits_are_in_order,
    limits.limits_are_unique,
    keys.keys_are_of_their_role,
    keys.keys_serve_one_role,
    keys.keys_are_complete,
    obligations.obligations_name_what_is_declared,
    obligations.obligations_fall_due,
    obligations.obligations_run_forward,
    obligations.obligations_say_what_they_are,
    obligations.obligations_are_owed_once,
    obligations.watches_name_sources_once,
    obligations.watches_can_be_told,
)


def check(declared: Declared) -> None:
    """Hold every rule against all that is declared; the first breach is raised."""
    for rule in RULES:
        rule(declared)
