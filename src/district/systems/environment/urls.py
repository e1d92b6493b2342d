"""Addresses under /environment/."""

from django.urls import path

from district.systems.environment.pages import air, lists, noise, overview, public, water

urlpatterns = [
    path("", overview.index, name="environment"),
    path("monthly/", overview.assessment, name="environment_monthly"),
    path("air/", lists.air, name="environment_air"),
    path("air/days/<uuid:day_id>/", air.day, name="environment_air_day"),
    path("air/stations/<uuid:station_id>/", air.station, name="environment_station"),
    path("rivers/", lists.sections, name="environment_sections"),
    path("rivers/<uuid:section_id>/", water.section, name="environment_section"),
    path("rivers/months/<uuid:month_id>/", water.month, name="environment_section_month"),
    path("noise/", lists.noise, name="environment_noise"),
    path("noise/points/<uuid:point_id>/", noise.point, name="environment_noise_point"),
    path("noise/parts/<uuid:part_id>/", noise.part, name="environment_noise_part"),
    path("sites/", lists.sites, name="environment_sites"),
    path("sites/<uuid:site_id>/", noise.site, name="environment_site"),
    path("melts/<uuid:melt_id>/", noise.melt, name="environment_melt"),
    path("permits/desks/", lists.permits, name="environment_permits"),
    path("permits/desks/<slug:desk>/", lists.permit_desk, name="environment_permit_desk"),
    path("waste/", lists.waste, name="environment_waste"),
    path("estates/", lists.estates, name="environment_estates"),
    # Without a log-in.
    path("permits/", public.in_force, name="environment_public_permits"),
    path("permits/apply/", public.apply, name="environment_apply"),
    path("permits/status/", public.status, name="environment_status"),
]
