"""Addresses of alarms."""

from __future__ import annotations

from django.urls import path

from district.kernel.alarms.pages import episodes, running

urlpatterns = [
    path("alarms/", episodes.live, name="alarms"),
    path("alarms/silences/", running.silences, name="alarms_silences"),
    path("alarms/silences/<uuid:key>/end/", running.silence_end, name="alarms_silence_end"),
    path("alarms/following/", running.following, name="alarms_following"),
    path("alarms/<uuid:key>/", episodes.alarm, name="alarm"),
    path("alarms/<uuid:key>/why/", episodes.alarm_why, name="alarm_why"),
    path("alarms/<uuid:key>/<slug:verb>/", episodes.act, name="alarm_act"),
]
