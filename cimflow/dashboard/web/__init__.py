"""What every page is built on: who may open a route, the request, forms, templates, downloads.

It knows no feature: no LEA, activity or notice is named here.
"""
