"""Addresses under /economy/."""

from django.urls import path

from district.systems.economy.pages import (
    decompositions,
    imports,
    meetings,
    packs,
    returns,
    series,
)

urlpatterns = [
    path("", series.index, name="economy"),
    path("series/<slug:key>/", series.series, name="economy_series"),
    path("series/<slug:key>/bind/", series.bind, name="economy_bind"),
    path("series/<slug:key>/supposing/", series.supposing, name="economy_supposing"),
    path("series/<slug:key>/returns/", returns.sums, name="economy_returns"),
    path("series/<slug:key>/returns/firms/", returns.firms, name="economy_firms"),
    path("series/<slug:key>/draft/", decompositions.draft, name="economy_draft"),
    path("decompositions/", decompositions.index, name="economy_decompositions"),
    path("decompositions/<uuid:key>/", decompositions.decomposition, name="economy_decomposition"),
    path("decompositions/<uuid:key>/free/", decompositions.free, name="economy_free"),
    path("decompositions/<uuid:key>/undo/", decompositions.undo, name="economy_undo"),
    path("decompositions/<uuid:key>/propose/", decompositions.propose, name="economy_propose"),
    path("decompositions/<uuid:key>/approve/", decompositions.approve, name="economy_approve"),
    path("decompositions/<uuid:key>/return/", decompositions.give_back, name="economy_return"),
    path("meetings/", meetings.index, name="economy_meetings"),
    path("meetings/new/", meetings.new, name="economy_meeting_new"),
    path("meetings/<uuid:key>/", meetings.meeting, name="economy_meeting"),
    path("meetings/<uuid:key>/change/", meetings.change, name="economy_meeting_change"),
    path("meetings/<uuid:key>/hold/", meetings.hold, name="economy_meeting_hold"),
    path("meetings/<uuid:key>/close/", meetings.close, name="economy_meeting_close"),
    path("meetings/<uuid:key>/issue/", meetings.issue, name="economy_meeting_issue"),
    path("meetings/<uuid:key>/packs/", packs.make, name="economy_pack_make"),
    path("meetings/<uuid:key>/decisions/", meetings.decide, name="economy_decide"),
    path(
        "meetings/decisions/<uuid:key>/change/",
        meetings.change_decision,
        name="economy_decision_change",
    ),
    path("meetings/decisions/<uuid:key>/drop/", meetings.drop, name="economy_decision_drop"),
    path("meetings/packs/<uuid:key>/", packs.pack, name="economy_pack"),
    path("meetings/packs/figures/<uuid:key>/", packs.figure, name="economy_pack_figure"),
    path("series/<slug:key>/keep/", meetings.keep, name="economy_keep"),
    path("imports/", imports.index, name="economy_imports"),
    path("imports/new/", imports.upload, name="economy_upload"),
    path("imports/<uuid:key>/", imports.preview, name="economy_import"),
    path("imports/<uuid:key>/accept/", imports.accept, name="economy_accept"),
    path("imports/<uuid:key>/drop/", imports.drop, name="economy_drop"),
]
