"""The gallery: 24 briefs that show what previz can do, made as a user makes them, and one sheet of what came of them.

`make gallery` enrols a cast, makes the clips, measures picture against sound on the encoded files, and writes
`docs/gallery.jpg`. The clips stand in `docs/gallery/`, which git leaves out.
"""
