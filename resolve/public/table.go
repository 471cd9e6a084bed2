package public

// common is what every kind has. Annotations are told by their key: see Annotation.
const common = `apiVersion kind
	metadata.{name,namespace,generateName,creationTimestamp,deletionTimestamp,finalizers,labels.**,ownerReferences.**,uid,generation,managedFields.{manager,time,fieldsType,fieldsV1.**}}`

// parts are what several kinds have in common.
var parts = map[string]string{
	"policy": `connectionPool.** outlierDetection.** tls.** tunnel.** proxyProtocol.** retryBudget.** loadBalancer.$balancer`,
	"balancer": `simple warmup.** warmupDurationSecs localityLbSetting.** zoneAwareLbSetting.** backendUtilization.**
		consistentHash.{httpHeaderName,useSourceIp,httpQueryParameterName,minimumRingSize,ringHash.**,maglev.**,httpCookie.{name,path,ttl,attributes.name}}`,
	"traffic": `$policy portLevelSettings.{port.**,$policy}`,
	"headers": `request.remove response.remove`,
	"cors":    `allowMethods allowHeaders exposeHeaders maxAge allowCredentials unmatchedPreflights`,
	"backend": `group kind name namespace port weight filters.$filter`,
	"filter": `type requestMirror.** extensionRef.** urlRewrite.hostname urlRewrite.path.type requestRedirect.{scheme,hostname,path.type,port,statusCode}
		{requestHeaderModifier,responseHeaderModifier}.{set.name,add.name,remove} cors.$cors`,
	"probe":   `{httpGet,grpc,tcpSocket}.port httpGet.scheme periodSeconds timeoutSeconds initialDelaySeconds failureThreshold successThreshold`,
	"scrape":  `port portNumber targetPort scheme interval scrapeTimeout relabelings.targetLabel relabelings.action tlsConfig.{insecureSkipVerify,caFile,certFile,serverName,ca.**,cert.**}`,
	"service": `kind name namespace port protocol scheme nativeLB weight`,
	"pod": `nodeName hostNetwork serviceAccountName serviceAccount restartPolicy os.** nodeSelector.** securityContext.**
		{containers,initContainers}.$container`,
	"container": `name image imagePullPolicy restartPolicy ports.** securityContext.** env.name
		{livenessProbe,readinessProbe,startupProbe}.$probe`,
	"template": `metadata.{name,labels.**} spec.$pod`,
	"webhook": `name admissionReviewVersions failurePolicy matchPolicy reinvocationPolicy sideEffects timeoutSeconds rules.** namespaceSelector.** objectSelector.**
		matchConditions.name clientConfig.service.{name,namespace,port}`,
	"mesh": `trustDomain trustDomainAliases rootNamespace discoverySelectors.** enableAutoMtls outboundTrafficPolicy.** inboundTrafficPolicy.** meshMTLS.** tlsDefaults.**
		defaultServiceExportTo defaultVirtualServiceExportTo defaultDestinationRuleExportTo serviceSettings.** serviceScopeConfigs.** serviceEntryVisibility.**
		localityLbSetting.** zoneAwareLbSetting.** connectTimeout tcpKeepalive.** dnsRefreshRate protocolDetectionTimeout hboneIdleTimeout
		ingressClass ingressService ingressSelector ingressControllerMode accessLogEncoding h2UpgradePolicy pathNormalization.** enablePrometheusMerge
		verifyCertificateAtClient defaultTrafficPolicy.** defaultHttpRetryPolicy.** defaultInboundHttpRetryPolicy.** defaultProviders.**
		caCertificates.{trustDomains,certSigners} certificates.** ca.{requestTimeout,istiodSide,tlsSettings.{mode,insecureSkipVerify}} extensionProviders.name
		configSources.subscribedResources configSources.tlsSettings.{mode,insecureSkipVerify}
		defaultConfig.$proxy`,
	"proxy": `interceptionMode controlPlaneAuthPolicy discoveryRefreshDelay drainDuration terminationDrainDuration fileFlushInterval concurrency
		holdApplicationUntilProxyStarts statsCompression image.imageType connectionSettings.** privateKeyProvider.{cryptomb,qat}.{fallback,pollDelay}
		proxyHeaders.{attemptCount,envoyDebugHeaders,requestId,server,xForwardedHost,xForwardedPort}.{disabled,enabled}
		proxyHeaders.{preserveHttp1HeaderCase,metadataExchangeHeaders.mode,forwardedClientCert,setCurrentClientCertDetails.**}
		gatewayTopology.forwardClientCertDetails tracingServiceName tracing.{enableIstioTags,openCensusAgent.context,stackdriver.**,tlsSettings.{mode,insecureSkipVerify}}
		{envoyAccessLogService,envoyMetricsService}.{tcpKeepalive.**,tlsSettings.{mode,insecureSkipVerify}} proxyMetadata.{` + ClientChain + `,` + EnableHBONE + `,` + DisableHBONESend + `}`,
}

// ciliumNames are the names in a policy of Cilium's: rules for HTTP and its like are values.
const ciliumNames = `{spec,specs}.{endpointSelector.**,enableDefaultDeny.**}
	{spec,specs}.{ingress,egress,ingressDeny,egressDeny}.{toPorts.ports.**,fromEndpoints.**,toEndpoints.**,fromEntities,toEntities,fromCIDR,toCIDR}`

// kinds are the names and the structure of each kind: everything else of it is a value.
var kinds = map[string]string{
	"Namespace":                   ``,
	"ServiceAccount":              ``,
	"Pod":                         `spec.$pod status.{phase,podIP,podIPs.**}`,
	"Service":                     `spec.** status.loadBalancer.**`,
	"Endpoints":                   `subsets.**`,
	"EndpointSlice":               `addressType endpoints.{addresses,targetRef.**,conditions.**,zone,nodeName} ports.**`,
	"ReplicationController":       controlled,
	"Deployment":                  controlled,
	"StatefulSet":                 controlled + ` spec.serviceName`,
	"DaemonSet":                   controlled,
	"ReplicaSet":                  controlled,
	"Job":                         controlled,
	"CronJob":                     `spec.schedule spec.jobTemplate.spec.template.$template`,
	"DeploymentConfig":            controlled,
	"Rollout":                     controlled + ` spec.workloadRef.**`,
	"Service.serving.knative.dev": controlled,

	"PeerAuthentication":    `spec.**`,
	"RequestAuthentication": `spec.{selector.**,targetRef.**,targetRefs.**} spec.jwtRules.{timeout,forwardOriginalToken,presence}`,
	"AuthorizationPolicy": `spec.{action,provider.name,selector.**,targetRef.**,targetRefs.**} spec.rules.when.key
		spec.rules.from.source.{principals,notPrincipals,namespaces,notNamespaces,serviceAccounts,notServiceAccounts,trustDomains,notTrustDomains,ipBlocks,notIpBlocks,remoteIpBlocks,notRemoteIpBlocks}
		spec.rules.to.operation.{hosts,notHosts,ports,notPorts,methods,notMethods}`,
	"DestinationRule": `spec.{host,exportTo,workloadSelector.**,trafficPolicy.$traffic,subsets.{name,labels.**,trafficPolicy.$traffic}}`,
	"Sidecar":         `spec.**`,
	"ServiceEntry":    `spec.**`,
	"WorkloadEntry":   `spec.**`,
	"WorkloadGroup":   `spec.{template.**,metadata.labels.**,probe.$probe}`,
	"Gateway":         `spec.** status.addresses.**`,
	"VirtualService": `spec.{hosts,gateways,exportTo,tcp.**,tls.**}
		spec.http.{name,timeout,delegate.**,mirror.**,mirrors.**,mirrorPercent,mirrorPercentage.**,mirror_percent,retries.**,fault.**,directResponse.{status,body.bytes.~},headers.$headers}
		spec.http.{redirect.{authority,scheme,port,derivePort,redirectCode},rewrite.authority,corsPolicy.$cors,route.{destination.**,weight,headers.$headers}}
		spec.http.match.{name,gateways,port,sourceLabels.**,sourceNamespace,statPrefix,ignoreUriCase,method.**,scheme.**,authority.**,headers.*.{},withoutHeaders.*.{},queryParams.*.{},uri.{}}`,
	"EnvoyFilter": `spec.{priority,workloadSelector.**,targetRefs.**} spec.configPatches.{applyTo,patch.{operation,filterClass,value.!}}
		spec.configPatches.match.{context,proxy.proxyVersion,listener.**,cluster.**,routeConfiguration.**,waypoint.**}`,
	"NetworkPolicy":                  `spec.**`,
	"CiliumNetworkPolicy":            ciliumNames,
	"CiliumClusterwideNetworkPolicy": ciliumNames,
	"Telemetry": `spec.{selector.**,targetRef.**,targetRefs.**} spec.{accessLogging,metrics,tracing}.providers.name
		spec.accessLogging.{disabled,match.mode} spec.metrics.{reportingInterval,overrides.{disabled,match.{mode,metric},tagOverrides.*.operation}}
		spec.tracing.{disableContextPropagation,disableSpanReporting,enableIstioTags,randomSamplingPercentage,useRequestIdForTraceSampling,match.mode}`,

	"Ingress": `spec.{ingressClassName,defaultBackend.**,tls.**,rules.{host,http.paths.{pathType,backend.**}}}`,
	"Gateway.gateway.networking.k8s.io": `spec.{gatewayClassName,addresses.**,allowedListeners.**,defaultScope,tls.**,infrastructure.{labels.**,parametersRef.**}}
		spec.listeners.{name,hostname,port,protocol,allowedRoutes.**,tls.{mode,certificateRefs.**}}`,
	"HTTPRoute":        routed + ` spec.rules.{retry.**,timeouts.**,sessionPersistence.**} spec.rules.matches.{method,path.type,headers.{name,type},queryParams.{name,type}}`,
	"GRPCRoute":        routed + ` spec.rules.sessionPersistence.** spec.rules.matches.{method.**,headers.{name,type}}`,
	"TCPRoute":         routed,
	"TLSRoute":         routed,
	"ReferenceGrant":   `spec.{from.**,to.**}`,
	"BackendTLSPolicy": `spec.{targetRefs.**,validation.**}`,

	"MutatingWebhookConfiguration":   `webhooks.$webhook`,
	"ValidatingWebhookConfiguration": `webhooks.$webhook`,
	"APIService":                     `spec.{group,version,groupPriorityMinimum,versionPriority,insecureSkipTLSVerify,service.**}`,
	"CustomResourceDefinition":       `spec.{group,scope} spec.names.{kind,plural} spec.conversion.strategy spec.conversion.{webhook.clientConfig,webhookClientConfig}.service.{namespace,name,port}`,
	"IngressClass":                   `spec.controller`,
	"GatewayClass":                   `spec.controllerName`,
	"ScaledObject":                   scaled,
	"ScaledJob":                      scaled,
	"AnalysisTemplate":               analysed,
	"ClusterAnalysisTemplate":        analysed,
	"VMServiceScrape":                monitored,
	"VMPodScrape":                    monitored,
	"Route":                          `spec.{host,wildcardPolicy,to.**,alternateBackends.**,port.**,tls.{termination,insecureEdgeTerminationPolicy}}`,
	"HTTPProxy":                      `spec.{ingressClassName,virtualhost.fqdn} spec.routes.services.$service spec.tcpproxy.services.$service`,
	"IngressRoute":                   `spec.entryPoints spec.routes.kind spec.routes.services.$service`,
	"IngressRouteTCP":                `spec.entryPoints spec.routes.services.$service`,
	"Mapping":                        mapped,
	"TCPMapping":                     mapped,
	"TLSContext":                     `spec.{hosts,secret,alpn_protocols}`,
	"ServiceMonitor":                 monitored,
	"PodMonitor":                     monitored,
	"ServiceMeshControlPlane":        `spec.{version,security.dataPlane.**,istio.global.mtls.**}`,
	"ServiceMeshMemberRoll":          `spec.members`,
	"Policy.authentication.istio.io": `spec.{targets.**,peers.**}`,
	"MeshPolicy":                     `spec.{targets.**,peers.**}`,

	"MeshConfig": `$mesh networks.** spec.{meshConfig.$mesh,values.meshConfig.$mesh,revision,namespace,version,values.revision,values.global.istioNamespace}`,
}

const (
	controlled = `spec.{replicas,selector.**,template.$template}`
	routed     = `spec.{hostnames,useDefaultGateways,parentRefs.**} spec.rules.{name,backendRefs.$backend,filters.$filter}`
	scaled     = `spec.scaleTargetRef.** spec.triggers.type`
	analysed   = `spec.metrics.name`
	mapped     = `spec.{hostname,host,service,port,resolver,host_rewrite,tls}`
	monitored  = `spec.{jobLabel,selector.**,namespaceSelector.**} spec.{endpoints,podMetricsEndpoints}.$scrape`
)
