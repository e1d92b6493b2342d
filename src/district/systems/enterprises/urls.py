"""Addresses under /enterprises/."""

from django.urls import path

from district.systems.enterprises.pages import (
    details,
    doubling,
    imports,
    ladder,
    lists,
    partners,
    products,
)

urlpatterns = [
    path("", lists.index, name="enterprises"),
    path("new/", details.new, name="enterprises_new"),
    path("ladder/", ladder.ladder, name="enterprises_ladder"),
    path("doubling/", doubling.doubling, name="enterprises_doubling"),
    path("doubling/<slug:key>/", doubling.target, name="enterprises_doubling_target"),
    path("qualifications/", lists.qualifications, name="enterprises_qualifications"),
    path("imports/", imports.index, name="enterprises_imports"),
    path("imports/new/", imports.upload, name="enterprises_import"),
    path("imports/<uuid:run_id>/", imports.run, name="enterprises_import_run"),
    path("imports/<uuid:run_id>/rejected.csv", imports.rejected, name="enterprises_rejected"),
    path("products/", products.index, name="enterprises_products"),
    path("products/<uuid:product_id>/", products.product, name="enterprises_product"),
    path("products/<uuid:product_id>/end/", products.end, name="enterprises_product_end"),
    path("market/", partners.market, name="enterprises_market"),
    path("<uuid:enterprise_id>/", details.enterprise, name="enterprises_enterprise"),
    path("<uuid:enterprise_id>/change/", details.change, name="enterprises_change"),
    path("<uuid:enterprise_id>/qualify/", details.qualify, name="enterprises_qualify"),
    path("<uuid:enterprise_id>/products/new/", products.new, name="enterprises_product_new"),
    path("<uuid:enterprise_id>/partners/", partners.partners_of, name="enterprises_partners"),
    path("<uuid:enterprise_id>/partners/judge/", partners.judge, name="enterprises_partner_judge"),
    path("<uuid:enterprise_id>/partners/graph/", partners.graph, name="enterprises_partner_graph"),
]
