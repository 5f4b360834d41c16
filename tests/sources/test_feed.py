from dreamstream.sources import Feed
from tests.fakes import ListSource, picture, still


def film(place: int = 0) -> ListSource:
    """Four pictures, from one of them on."""
    film = ListSource([picture(seed=seed) for seed in range(4)])
    film.seek(place)
    return film


def test_a_film_that_is_read_in_order_from_its_beginning_jumps_nowhere() -> None:
    feed = Feed([still()])
    feed.go_to(film(), 1)
    for frame in range(1, 10):
        feed.read(frame)
    assert feed.jumps() == []


def test_a_new_film_that_does_not_start_at_its_beginning_is_told_as_a_jump() -> None:
    feed = Feed([film(), still()])
    feed.go_to(film(2), 7)
    assert feed.jumps() == [(2, 2)]
    for frame in (7, 8):
        feed.read(frame)
    assert feed.jumps() == []
