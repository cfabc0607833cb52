"""How the shipped model was made: `python -m agents.contract_reading.training`, on a developer's machine, never at run time.

The developer fetches CUAD v1 (The Atticus Project, CC BY 4.0) and the weights of all-MiniLM-L6-v2 (Apache-2.0) and installs
scikit-learn, scipy, lightgbm, torch, safetensors, onnx and onnxruntime beside the project; none of them is needed to read.
"""
