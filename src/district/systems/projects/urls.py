"""Addresses under /projects/."""

from django.urls import path

from district.systems.projects.pages import boards, coordination, following, items, projects

urlpatterns = [
    path("", boards.board_page, name="projects_board"),
    path("list/", boards.index, name="projects_list"),
    path("warnings/", boards.warnings_page, name="projects_warnings"),
    path("steering/", boards.steering_page, name="projects_steering"),
    path("leaders/<uuid:key>/", boards.leader_page, name="projects_leader"),
    path("investment/", boards.investment_page, name="projects_investment"),
    path("phone/", following.phone, name="projects_phone"),
    path("phone/worker.js", following.worker, name="projects_worker"),
    path("weeks/", following.weeks, name="projects_weeks"),
    path("weeks/<uuid:key>/", following.week, name="projects_week"),
    path("new/", projects.new, name="projects_new"),
    path("<uuid:key>/", projects.project, name="projects_project"),
    path("<uuid:key>/change/", projects.change, name="projects_change"),
    path("<uuid:key>/papers/", projects.papers, name="projects_papers"),
    path("<uuid:key>/dossier/", projects.dossier, name="projects_dossier"),
    path("<uuid:key>/stage/", projects.stage, name="projects_stage"),
    path("<uuid:key>/month/", projects.month, name="projects_month"),
    path("<uuid:key>/plan/", projects.plan, name="projects_plan"),
    path("<uuid:key>/count/", projects.count, name="projects_count"),
    path("<uuid:key>/counted/", projects.counted, name="projects_counted"),
    path("<uuid:key>/fund/", projects.fund, name="projects_fund"),
    path("<uuid:key>/photos/", projects.photos, name="projects_photos"),
    path("<uuid:key>/photos/<uuid:photo>/", projects.photo, name="projects_photo"),
    path("<uuid:key>/follow-ups/", following.follow_ups, name="projects_follow_ups"),
    path(
        "<uuid:key>/follow-ups/<uuid:follow_up>/<slug:digest>/",
        following.photo,
        name="projects_follow_photo",
    ),
    path("<uuid:key>/items/<slug:item>/<slug:act>/", items.event, name="projects_item"),
    path("<uuid:key>/problems/new/", coordination.problem_new, name="projects_problem_new"),
    path("<uuid:key>/calls/new/", coordination.call_new, name="projects_call_new"),
    path("items/<uuid:key>/", boards.open_item, name="projects_open_item"),
    path("months/<int:key>/", boards.open_month, name="projects_open_month"),
    path("called/<uuid:key>/", boards.open_line, name="projects_open_line"),
    path("problems/<uuid:key>/", coordination.problem, name="projects_problem"),
    path("calls/<uuid:key>/", coordination.call, name="projects_call"),
    path("calls/<uuid:key>/<uuid:line>/", coordination.came, name="projects_came"),
]
