"""Offline: dreams and recordings into files, every frame kept, however long it takes."""
