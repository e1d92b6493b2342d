"""Addresses under /plan_reports/."""

from django.urls import path

from district.systems.plan_reports.pages import drafts, passages

urlpatterns = [
    path("", drafts.index, name="report_drafts"),
    path("new/", drafts.new, name="report_draft_new"),
    path("<uuid:key>/", drafts.show, name="report_draft"),
    path("<uuid:key>/changes/", drafts.changes, name="report_changes"),
    path("<uuid:key>/stale/", drafts.stale, name="report_stale"),
    path("<uuid:key>/stale/take/", drafts.take_all, name="report_take_all"),
    path("<uuid:key>/approve/", drafts.approve, name="report_approve"),
    path("<uuid:key>/drop/", drafts.drop, name="report_drop"),
    path("passages/<uuid:key>/", passages.edit, name="report_passage"),
    path("passages/<uuid:key>/take/", passages.take, name="report_take"),
    path("changes/<uuid:key>/", passages.decide, name="report_change"),
]
