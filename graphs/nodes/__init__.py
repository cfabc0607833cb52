"""The nodes of the graphs, grouped by the stage of a purchase. Names are frozen: waiting threads hold them."""
