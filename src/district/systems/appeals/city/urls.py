"""Addresses under /appeals/city/."""

from django.urls import path

from district.systems.appeals.city import pages
from district.systems.appeals.city.push import push_orders

urlpatterns = [
    path("", pages.overview, name="appeals_city"),
    path("orders/", push_orders, name="appeals_city_push"),
    path("orders/<uuid:case_id>/", pages.order, name="appeals_city_order"),
    path("returns/resume/", pages.resume_all, name="appeals_city_resume_all"),
    path("returns/<uuid:return_id>/resume/", pages.resume, name="appeals_city_resume"),
    path("refusals/<uuid:refusal_id>/settle/", pages.put_aside, name="appeals_city_put_aside"),
    path("platforms/new/", pages.platform_new, name="appeals_city_platform_new"),
    path("platforms/<uuid:platform_id>/", pages.platform, name="appeals_city_platform"),
    path("platforms/<uuid:platform_id>/pull/", pages.pull, name="appeals_city_pull"),
    path("platforms/<uuid:platform_id>/tokens/", pages.token_new, name="appeals_city_token_new"),
    path("tokens/<uuid:token_id>/revoke/", pages.token_revoke, name="appeals_city_token_revoke"),
]
