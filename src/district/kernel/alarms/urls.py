"""Addresses of alarms."""

from __future__ import annotations

from django.urls import path

from district.kernel.alarms.pages import episodes, rule_editor, rules, running, trials

urlpatterns = [
    path("alarms/", episodes.live, name="alarms"),
    path("alarms/silences/", running.silences, name="alarms_silences"),
    path("alarms/silences/<uuid:key>/end/", running.silence_end, name="alarms_silence_end"),
    path("alarms/following/", running.following, name="alarms_following"),
    path("alarms/rules/", rules.rules, name="alarm_rules"),
    path("alarms/rules/new/", rule_editor.rule_new, name="alarm_rule_new"),
    path("alarms/rules/<uuid:key>/", rules.rule, name="alarm_rule"),
    path("alarms/rules/<uuid:key>/edit/", rule_editor.rule_edit, name="alarm_rule_edit"),
    path("alarms/rules/<uuid:key>/watching/", rules.rule_watching, name="alarm_rule_watching"),
    path("alarms/rules/<uuid:key>/try/", trials.try_page, name="alarm_rule_try"),
    path("alarms/rules/<uuid:key>/<slug:verb>/", rules.act, name="alarm_rule_act"),
    path("alarms/trials/<uuid:key>/", trials.trial, name="alarm_trial"),
    path("alarms/trials/<uuid:key>/cancel/", trials.cancel, name="alarm_trial_cancel"),
    path("alarms/trials/<uuid:key>/<int:number>/", trials.episode, name="alarm_trial_episode"),
    path("alarms/<uuid:key>/", episodes.alarm, name="alarm"),
    path("alarms/<uuid:key>/why/", episodes.alarm_why, name="alarm_why"),
    path("alarms/<uuid:key>/warn/", episodes.warn, name="alarm_warn"),
    path("alarms/<uuid:key>/<slug:verb>/", episodes.act, name="alarm_act"),
]
