"""Addresses of the duty desk, under /operations_centre/duty/."""

from django.urls import path

from district.systems.operations_centre.duty.pages import (
    calls,
    daily,
    handovers,
    home,
    incidents,
    roster,
)

urlpatterns = [
    path("", home.home, name="duty_home"),
    path("roster/", roster.roster, name="duty_roster"),
    path("handovers/", handovers.index, name="duty_handovers"),
    path("handovers/<uuid:key>/", handovers.handover, name="duty_handover"),
    path("incidents/", incidents.index, name="duty_incidents"),
    path("incidents/new/", incidents.new, name="duty_incident_new"),
    path("incidents/desks/<slug:desk>/", incidents.desk, name="duty_incident_desk"),
    path("incidents/reports/<uuid:step_id>/", incidents.report, name="duty_report"),
    path("calls/", calls.index, name="duty_calls"),
    path("calls/new/", calls.new, name="duty_call_new"),
    path("calls/<uuid:key>/", calls.call, name="duty_call"),
    path("calls/<uuid:key>/withdraw/", calls.withdraw, name="duty_call_withdraw"),
    path("calls/lines/<uuid:key>/", calls.line, name="duty_call_line"),
    path("calls/lines/<uuid:key>/answer/", calls.answer, name="duty_call_answer"),
    path("calls/lines/<uuid:key>/record/", calls.record, name="duty_call_record"),
    path("report/", daily.report, name="duty_daily"),
]
