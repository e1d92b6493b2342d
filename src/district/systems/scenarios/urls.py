"""Addresses under /scenarios/."""

from django.urls import path

from district.systems.scenarios.pages import entries, lists, matches, public

urlpatterns = [
    path("", lists.overview, name="scenarios"),
    path("entries/", entries.index, name="scenarios_entries"),
    path("entries/new/<slug:kind_key>/", entries.new_entry, name="scenarios_entry_new"),
    path("entries/<uuid:entry_id>/", entries.entry, name="scenarios_entry"),
    path("entries/<uuid:entry_id>/change/", entries.change_entry, name="scenarios_entry_change"),
    path("entries/<uuid:entry_id>/step/", entries.step, name="scenarios_entry_step"),
    path("lists/<slug:list_key>/", lists.one, name="scenarios_list"),
    path("lists/<slug:list_key>/publish/", lists.publish, name="scenarios_publish"),
    path("editions/", lists.editions, name="scenarios_editions"),
    path("editions/<uuid:edition_id>/", lists.edition, name="scenarios_edition"),
    path("lines/<uuid:line_id>/", lists.line, name="scenarios_line"),
    path("entries/<uuid:entry_id>/matches/", matches.matches, name="scenarios_matches"),
    path("entries/<uuid:entry_id>/judge/", matches.judge, name="scenarios_judge"),
    path("entries/<uuid:entry_id>/land/<uuid:other_id>/", matches.land, name="scenarios_land"),
    path("feedback/<uuid:feedback_id>/", matches.feedback, name="scenarios_feedback"),
    path("landings/", matches.landings, name="scenarios_landings"),
    path("landings/<uuid:landing_id>/", matches.landing, name="scenarios_landing"),
    # Without a log-in.
    path("public/", public.lists, name="scenarios_public"),
    path("public/<slug:list_key>/", public.newest, name="scenarios_public_list"),
    path("public/<slug:list_key>/<int:number>/", public.edition, name="scenarios_public_edition"),
]
