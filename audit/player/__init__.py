"""Plays recorded screens: modules in JavaScript for the pages (`static/js`), and a page of its own (`page`)."""
