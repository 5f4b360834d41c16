"""What is done to pictures, on the host by OpenCV and NumPy or on a device by torch: one interface.

    canvas -> on(canvas) -> resize, blur, move, measure ... where it is

Whoever works on a canvas writes it once, on these: `on` says by the picture itself where it is.
"""

from dreamstream.pictures.host import HOST
from dreamstream.pictures.pictures import Landing, Number, Numbers, Picture, Pictures
from dreamstream.pictures.where import on, pictures_on

__all__ = ["HOST", "Landing", "Number", "Numbers", "Picture", "Pictures", "on", "pictures_on"]
