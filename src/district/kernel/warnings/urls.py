"""Addresses of warnings."""

from django.urls import path

from district.kernel.warnings.pages import drafts, entering, intake, overview, public, sending

urlpatterns = [
    path("warnings/", overview.index, name="warnings"),
    path("warnings/enter/", entering.enter, name="warnings_enter"),
    path("warnings/send/", sending.send, name="warnings_send"),
    path("warnings/public/", public.page, name="warnings_public"),
    path("warnings/public/feed.atom", public.atom, name="warnings_atom"),
    path("warnings/public/feed.json", public.as_json, name="warnings_json"),
    path("warnings/public/cap/<uuid:key>.xml", public.document, name="warnings_cap"),
    path("warnings/lines/<uuid:key>/", overview.line, name="warnings_line"),
    path(
        "warnings/lines/<uuid:key>/acknowledge/",
        overview.acknowledge_line,
        name="warnings_acknowledge",
    ),
    path("warnings/lines/<uuid:key>/record/", overview.record_line, name="warnings_record"),
    path("warnings/drafts/", drafts.index, name="warnings_drafts"),
    path("warnings/drafts/new/", drafts.new, name="warnings_draft_new"),
    path("warnings/drafts/<uuid:key>/", drafts.draft, name="warnings_draft"),
    path("warnings/drafts/<uuid:key>/edit/", drafts.edit, name="warnings_draft_edit"),
    path("warnings/drafts/<uuid:key>/<slug:verb>/", drafts.act, name="warnings_draft_act"),
    path("warnings/unfit/", intake.unfit, name="warnings_unfit"),
    path("warnings/unfit/<uuid:key>/", intake.unfit_page, name="warnings_unfit_one"),
    path("warnings/sources/", intake.sources, name="warnings_sources"),
    path("warnings/sources/new/", intake.source_new, name="warnings_source_new"),
    path("warnings/sources/<uuid:key>/", intake.source, name="warnings_source"),
    path("warnings/sources/<uuid:key>/keys/", intake.key_new, name="warnings_key_new"),
    path("warnings/keys/<uuid:key>/revoke/", intake.key_revoke, name="warnings_key_revoke"),
    path("warnings/<uuid:key>/", overview.warning, name="warning"),
    path("warnings/<uuid:key>/change/", entering.change, name="warnings_change"),
    path("warnings/<uuid:key>/lift/", entering.lift, name="warnings_lift"),
    path("warnings/<uuid:key>/update/", drafts.update, name="warnings_update"),
    path("warnings/<uuid:key>/cancel/", drafts.cancel, name="warnings_cancel"),
]
