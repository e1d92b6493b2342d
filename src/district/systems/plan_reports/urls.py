"""Addresses under /plan_reports/."""

from django.urls import path

from district.systems.plan_reports.pages import drafts, passages

urlpatterns = [
    path("", drafts.index, name="report_drafts"),
    path("new/", drafts.new, name="report_draft_new"),
    path("<uuid:key>/", drafts.show, name="report_draft"),
    path("<uuid:key>/chapters/<int:position>/", drafts.chapter, name="report_chapter"),
    path("<uuid:key>/annex/", drafts.annex, name="report_annex"),
    path("<uuid:key>/text/", drafts.text, name="report_text"),
    path("<uuid:key>/at/<uuid:passage>/", drafts.at, name="report_at"),
    path("<uuid:key>/changes/", drafts.changes, name="report_changes"),
    path("<uuid:key>/stale/", drafts.stale, name="report_stale"),
    path("<uuid:key>/stale/take/", drafts.take_all, name="report_take_all"),
    path("<uuid:key>/approve/", drafts.approve, name="report_approve"),
    path("<uuid:key>/roll-over/", drafts.roll_over, name="report_roll_over"),
    path("<uuid:key>/drop/", drafts.drop, name="report_drop"),
    path("passages/<uuid:key>/", passages.edit, name="report_passage"),
    path("passages/<uuid:key>/take/", passages.take, name="report_take"),
    path("changes/<uuid:key>/", passages.decide, name="report_change"),
]
