{{/* Headless Services: gRPC clients see every replica and share calls between them (round_robin). */}}

{{- define "docspasta.headlessService" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "docspasta.fullname" $root }}-{{ $component }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "docspasta.labels" . | nindent 4 }}
  {{- with (index $root.Values $component).serviceAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  clusterIP: None
  selector:
    {{- include "docspasta.selector" . | nindent 4 }}
  ports:
    - name: grpc
      port: {{ include "docspasta.port" $component }}
      targetPort: grpc
      appProtocol: grpc
{{- end -}}
