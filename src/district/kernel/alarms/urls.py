"""Addresses of alarms."""

from django.urls import path

from district.kernel.alarms.pages import rule_editor, rules, trials

urlpatterns = [
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
]
