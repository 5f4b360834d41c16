"""Mapped outputs: the mouse over them while somebody maps, and the handles that are seen then.

events of a window -> Editor · Editor -> handles and a line over its output
"""

import numpy as np
import pygame

from dreamstream.display.handles import handles
from dreamstream.display.layout import layout
from dreamstream.display.picture import Picture
from dreamstream.display.window import Window
from dreamstream.frame import Frame
from dreamstream.mapping.editor import Editor, Surface

_MOUSE = (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP)


class MappedOutputs:
    """Brings an editor together with the window. For the main thread."""

    def __init__(self, editor: Editor, window: Window) -> None:
        self._editor, self._window = editor, window

    def look(self, frame: Frame, picture: Picture) -> Picture:
        """Take note of how the outputs are now; return how the first shows the picture."""
        editor, size, fill = self._editor, self._window.size, picture.params.fill
        editor.surfaces = tuple(
            Surface(size, layout(frame.size, size, fill, mapping).corners) for mapping in editor.mappings
        )
        return picture.mapped(editor.mappings[0], editor.card) if editor.mappings else picture

    def hear(self, event: pygame.event.Event, other: object = None) -> bool:
        """Take an event of a window; return whether it was the mouse's, for mapping.

        What the mouse does over the `other` window, if there is one, is nothing.
        """
        editor = self._editor
        if not editor.on or event.type not in _MOUSE:
            return False
        if other is not None and getattr(event, "window", None) is other:
            return False
        place = (np.array(event.pos) + 0.5) / editor.surfaces[editor.output].window
        if event.type == pygame.MOUSEMOTION:
            editor.drag(place)
        elif event.type == pygame.MOUSEBUTTONUP:
            editor.let_go()
        elif event.button == pygame.BUTTON_LEFT:
            editor.press(place)
        return True

    def draw(self) -> None:
        """Draw the handles over the output that is mapped."""
        editor = self._editor
        pygame.mouse.set_visible(editor.on)
        if editor.on:
            window = editor.surfaces[editor.output].window
            places = tuple((float(x), float(y)) for x, y in editor.handles().round(4))
            columns = len(editor.mesh[0]) if editor.subject == "mesh" else 0
            text = handles(window, places, columns, editor.chosen, editor.line())
            self._window.screen.draw_overlay(text, window)
