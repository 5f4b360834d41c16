"""Mapped windows: the mouse over them while somebody maps, and the handles that are seen then.

events of a window -> Editor · Editor -> handles and a line over its window
"""

from dataclasses import replace

import numpy as np
import pygame

from dreamstream.display.handles import handles
from dreamstream.display.layout import layout
from dreamstream.display.picture import Picture
from dreamstream.display.window import Window
from dreamstream.mapping import PLAIN, Mapping
from dreamstream.mapping.editor import Editor, Surface
from dreamstream.transforms.tween import Moment

_MOUSE = (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP)


class MappedWindows:
    """The show's window and the further ones, as the editor has them mapped. For the main thread."""

    def __init__(self, editor: Editor, window: Window) -> None:
        self._editor, self._window = editor, window

    def draw(self, moment: Moment, picture: Picture) -> None:
        """Draw the moment into all windows: the same picture, or with a window's own effects.

        The further ones are shown at once, the first when the window shows it.
        """
        editor, first, fill = self._editor, self._window.size, picture.params.fill
        sizes = [first, *(each.size for each in self._window.further)]
        mappings = [*editor.mappings, *(PLAIN,) * (len(sizes) - len(editor.mappings))]
        layouts = [
            layout(moment.later.size, size, fill, mapping)
            for size, mapping in zip(sizes, mappings, strict=True)
        ]
        editor.surfaces = tuple(
            Surface(size, each.corners) for size, each in zip(sizes, layouts, strict=True)
        )
        pictures = [_shown(picture, mapping, editor.card) for mapping in mappings]
        largest = max((each.size for each in layouts), key=lambda size: size.area)
        screen, further = self._window.screen, self._window.further
        screen.paint(moment, first, pictures[0], largest if further else None)
        for number, window in enumerate(further, 1):
            text = self._handles() if editor.on and number == editor.window else None
            window.draw(screen, moment, pictures[number], text)
        screen.present()

    def draw_handles(self) -> None:
        """Draw what somebody who maps the first window sees over it."""
        pygame.mouse.set_visible(self._editor.on)
        if self._editor.on and self._editor.window == 0:
            self._window.screen.draw_overlay(self._handles(), self._window.size)

    def hear(self, event: pygame.event.Event, other: object = None) -> bool:
        """Take an event of a window; return whether it was the mouse's, for mapping or over a further window.

        What the mouse does over the `other` window, if there is one, is nothing.
        """
        editor, window = self._editor, getattr(event, "window", None)
        if event.type not in _MOUSE or (other is not None and window is other):
            return False
        number = next((n for n, each in enumerate(self._window.further, 1) if each.is_the(window)), 0)
        if not editor.on:
            return number > 0
        place = (np.array(event.pos) + 0.5) / editor.surfaces[number].size
        if event.type == pygame.MOUSEMOTION:
            if number == editor.window:
                editor.drag(place)
        elif event.type == pygame.MOUSEBUTTONUP:
            editor.let_go()
        elif event.button == pygame.BUTTON_LEFT:
            editor.step_window(number - editor.window)
            editor.press(place)
        return True

    def _handles(self) -> pygame.Surface:
        editor = self._editor
        size = editor.surfaces[editor.window].size
        places = tuple((float(x), float(y)) for x, y in editor.handles().round(4))
        columns = len(editor.mesh[0]) if editor.subject == "mesh" else 0
        return handles(size, places, columns, editor.chosen, editor.line())


def _shown(picture: Picture, mapping: Mapping, card: bool) -> Picture:
    """Return how a window of that mapping shows the picture."""
    params = picture.params
    if mapping.effects is not None:
        params = params.model_copy(update={"effects": mapping.effects})
    return replace(picture, params=params, mapping=mapping, card=card)
