"""HTTP: each file one resource, each function one address. What is answered is others' business."""
