"""Addresses under /plan_tracking/."""

from django.urls import path

from district.systems.plan_tracking.pages import (
    adjustments,
    cockpit,
    commitments,
    coverage,
    evidence,
    reading,
    reports,
    review,
    steering,
    successions,
    supervision,
    tasks,
    terms,
    years,
)

_REPORTS = [
    path("reports/", reports.index, name="plan_reports"),
    path("reports/new/", reports.upload, name="plan_upload"),
    path("reports/<uuid:report_id>/", reading.report, name="plan_report"),
    path("reports/<uuid:report_id>/amend/", reports.amend, name="plan_amend"),
    path("reports/<uuid:report_id>/publish/", reports.publish, name="plan_publish"),
    path("statements/<uuid:statement_id>/", reading.statement, name="plan_statement"),
    path(
        "statements/<uuid:statement_id>/panel/",
        reading.statement_panel,
        name="plan_statement_panel",
    ),
    path("statements/<uuid:statement_id>/measure/", reading.counted, name="plan_counted"),
    path(
        "reports/editions/<uuid:edition_id>/progress/",
        reports.progress,
        name="plan_edition_progress",
    ),
    path("reports/editions/<uuid:edition_id>/original/", evidence.original, name="plan_original"),
    path(
        "reports/editions/<uuid:edition_id>/difference/", reports.difference, name="plan_difference"
    ),
    path("reports/editions/<uuid:edition_id>/adopt/", reports.adopt, name="plan_adopt"),
    path("reports/editions/<uuid:edition_id>/review/", review.review, name="plan_review"),
    path("reports/editions/<uuid:edition_id>/review/bulk/", review.bulk, name="plan_bulk"),
    path(
        "reports/editions/<uuid:edition_id>/review/<uuid:statement_id>/",
        review.decide,
        name="plan_decide",
    ),
    path("reports/editions/<uuid:edition_id>/tasks/", tasks.tasks, name="plan_tasks"),
    path(
        "reports/editions/<uuid:edition_id>/tasks/decide/", tasks.decide, name="plan_tasks_decide"
    ),
    path("terms/", terms.index, name="plan_terms"),
]
_ONE = "commitments/<uuid:commitment_id>/"
_COMMITMENTS = [
    path("commitments/", commitments.index, name="plan_commitments"),
    path("commitments/tree/", commitments.outline, name="plan_tree"),
    path("commitments/new/", steering.create, name="plan_commitment_new"),
    path("commitments/owners/", commitments.owners, name="plan_owners"),
    path("commitments/owners/accept/", commitments.accept_owners, name="plan_owners_accept"),
    path("commitments/start/", commitments.start_ready, name="plan_start_ready"),
    path("commitments/list/<slug:tab>/", commitments.index, name="plan_commitments_tab"),
    path(_ONE, commitments.show, name="plan_commitment"),
    path(f"{_ONE}activity/", commitments.happened, name="plan_activity"),
    path(f"{_ONE}owner/", steering.owner, name="plan_owner"),
    path(f"{_ONE}contact/", steering.contact, name="plan_contact"),
    path(f"{_ONE}edit/", steering.facts, name="plan_facts"),
    path(f"{_ONE}profile/", steering.profile, name="plan_profile"),
    path(f"{_ONE}measure/", steering.measure, name="plan_measure"),
    path(f"{_ONE}adjust/", steering.adjust, name="plan_adjust"),
    path(f"{_ONE}progress/", steering.progress, name="plan_progress"),
    path("progress/<uuid:report_id>/evidence/", evidence.evidence, name="plan_progress_evidence"),
    path(
        "completions/<uuid:completion_id>/evidence/",
        evidence.completion,
        name="plan_completion_evidence",
    ),
    path(f"{_ONE}start/", steering.start, name="plan_start"),
    path(f"{_ONE}settle/", steering.settle, name="plan_settle"),
    path(f"{_ONE}finish/", steering.finish, name="plan_finish"),
    path(f"{_ONE}cancel/", steering.close, {"verb": "cancel"}, name="plan_cancel"),
    path(f"{_ONE}reopen/", steering.close, {"verb": "reopen"}, name="plan_reopen"),
    path(f"{_ONE}supervise/", supervision.start, name="plan_supervise"),
    path(
        f"{_ONE}adjustments/<uuid:adjustment_id>/",
        adjustments.decide,
        name="plan_adjustment_decide",
    ),
    path("adjustments/", adjustments.index, name="plan_adjustments"),
    path("successions/", successions.index, name="plan_successions"),
    path("successions/<uuid:succession_id>/", successions.show, name="plan_succession"),
    path(
        "successions/<uuid:succession_id>/decide/",
        successions.decide,
        name="plan_succession_decide",
    ),
]
_SUPERVISION = [
    path("supervision/", supervision.index, name="plan_supervision"),
    path("supervision/circulars/", supervision.notices, name="plan_circulars"),
    path("supervision/circulars/new/", supervision.new_notice, name="plan_circular_new"),
    path("supervision/circulars/<uuid:circular_id>/", supervision.notice, name="plan_circular"),
    path("supervision/<uuid:run_id>/", supervision.run, name="plan_run"),
]

urlpatterns = [
    path("", cockpit.show, name="cockpit"),
    path("years/", years.show, name="plan_years"),
    path("years/<uuid:commitment_id>/", years.line, name="plan_year_line"),
    path("coverage/", coverage.show, name="plan_coverage"),
    *_REPORTS,
    *_COMMITMENTS,
    *_SUPERVISION,
]
