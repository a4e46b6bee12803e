"""The pages: for people, made on the server; every form works without a script.

``docs/pages.md`` says how a page is made. One area is one module and one folder of templates.
"""
