"""How text in any script is taken apart and compared; the only place that decides it.

`segmentation` has words, characters as people see them (grapheme clusters) and sentences. `folding` looks texts up
whatever their case or Unicode form, and says where in the original they are. `encoding` makes text of bytes, and
`delimited` makes records of the text of a table.
"""
