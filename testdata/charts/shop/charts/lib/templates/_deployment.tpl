{{- define "lib.deployment" }}
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .top.Release.Name }}}
spec:
  replicas: {{ .top.Values.replicas }}
  template:
    metadata:
      labels:
        app: {{ .top.Release.Name }}
        {{- if not .injected }}
        sidecar.istio.io/inject: "false"
        {{- end }}
    spec:
      containers:
        - name: {{ .top.Chart.Name }}
          image: shop
          ports:
            {{- range $name, $port := .ports }}
            - {name: {{ $name }}, containerPort: {{ $port }}}
            {{- end }}
{{- end }}
