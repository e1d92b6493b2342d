"""Addresses under /inspections/."""

from django.urls import path

from district.systems.inspections.pages import (
    cases,
    checklists,
    draws,
    overview,
    phone,
    places,
    results,
    rounds,
    tasks,
)

urlpatterns = [
    path("", overview.index, name="inspections"),
    path("places/", places.index, name="inspections_places"),
    path("places/<uuid:place_id>/", places.place, name="inspections_place"),
    path("rounds/", rounds.index, name="inspections_rounds"),
    path("rounds/new/", rounds.new_round, name="inspections_round_new"),
    path("rounds/<uuid:round_id>/", rounds.one, name="inspections_round"),
    path("tasks/", tasks.index, name="inspections_tasks"),
    path("tasks/<uuid:task_id>/", tasks.task, name="inspections_task"),
    path("results/", results.index, name="inspections_results"),
    path("results/<uuid:result_id>/", results.result, name="inspections_result"),
    path("results/<uuid:result_id>/case/", cases.from_result, name="inspections_result_case"),
    path(
        "results/<uuid:result_id>/photos/<uuid:photo_id>/",
        results.photo,
        name="inspections_photo",
    ),
    path(
        "results/<uuid:result_id>/photos/<uuid:photo_id>/small/",
        results.photo_small,
        name="inspections_photo_small",
    ),
    path("hazards/", results.hazards, name="inspections_hazards"),
    path("hazards/desks/<slug:desk>/", results.hazard_desk, name="inspections_hazard_desk"),
    path("cases/", cases.index, name="inspections_cases"),
    path("cases/new/", cases.new_case, name="inspections_case_new"),
    path("checklists/", checklists.index, name="inspections_checklists"),
    path("checklists/<slug:key>/", checklists.one, name="inspections_checklist"),
    path("phone/", phone.page, name="inspections_phone"),
    path("phone/worker.js", phone.worker, name="inspections_worker"),
    # Without a log-in.
    path("draws/", draws.index, name="inspections_draws"),
    path("draws/<str:number>/", draws.draw, name="inspections_draw"),
    path("draws/<str:number>/draw.json", draws.as_json, name="inspections_draw_json"),
    path("draws/<str:number>/population.csv", draws.population, name="inspections_draw_csv"),
]
